// Only a help: the page works without.
(() => {
  const $ = (id) => document.getElementById(id);
  const [log, box, ask, more, net, problem, again] = "log box ask more net problem again".split(" ").map($);
  const on = (name, act) => document.addEventListener(name, act);
  const root = document.documentElement;
  let atEnd = true, y = 0, lost = false, failed, stream, soon;

  // Lines: never twice (corrected), late ones in their place, those on their way last.
  const number = (line) => +line.id.slice(1) || Infinity;

  function arrive(line) {
    const twin = $(line.id);
    if (twin && twin !== line) return twin.replaceChildren(...line.childNodes), line.remove();
    if (line.dataset.sent) $("s" + line.dataset.sent)?.remove();
    let before = line.previousElementSibling;
    while (before && number(before) > number(line)) before = before.previousElementSibling;
    if (before !== line.previousElementSibling) before ? before.after(line) : log.prepend(line);
    if ($("welcome")) $("welcome").hidden = true;
    if (scrollY < y - 200) atEnd = false;
    if (line.id[0] === "s") toEnd();
    else if (!atEnd) more.hidden &&= !!line.dataset.sent;
    else if (line.offsetHeight > innerHeight * 0.6) line.scrollIntoView();
    else toEnd();
  }

  function toEnd() {
    scrollTo(0, root.scrollHeight);
    y = scrollY;
    more.hidden = atEnd = true;
  }

  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.id) arrive(node);
  }).observe(log, { childList: true });
  addEventListener("scroll", () => {
    y = scrollY;
    atEnd = innerHeight + y > root.scrollHeight - 90;
    if (atEnd) more.hidden = true;
  });
  more.onclick = toEnd;

  // Sending.
  on("htmx:beforeRequest", ({ target, detail }) => {
    const form = detail.requestConfig.formData;
    const line = target.sketch = $("sketch").content.firstElementChild.cloneNode(true);
    target.said = form.get("title") || form.get("text");
    line.id = "s" + form.get("message_id");
    line.querySelector(".text").lastChild.textContent = target.said;
    log.append(line);
    problem.textContent = "";
    again.hidden = true;
    if (target === ask) box.value = "";
    // On a phone the box brings up the keyboard.
    (target === ask || matchMedia("(pointer: fine)").matches ? box : log).focus({ preventScroll: true });
    grow();
  });

  on("htmx:afterRequest", ({ target, detail }) => {
    if (detail.successful) return target.sketch.remove();
    const { xhr } = detail, plain = /^text\/plain/.test(xhr.getResponseHeader("content-type"));
    target.sketch.remove();
    problem.textContent = plain ? xhr.responseText : problem.dataset.failed;
    if (target === ask) box.value = target.said + (box.value ? "\n" + box.value : "");
    failed = target;
    again.hidden = plain;
    grow();
    toEnd();
  });

  on("sent", ({ target, detail }) => (target.elements.message_id.value = detail.message_id));
  again.onclick = () => [...failed.querySelectorAll("button")].find((b) => !b.value || b.value === failed.said).click();

  // The box.
  function grow() {
    box.style.height = "auto";
    box.style.height = box.scrollHeight + 2 + "px";
  }
  box.oninput = grow;
  box.onkeydown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    ask.requestSubmit();
  };

  // The connection.
  function tell(isLost) {
    clearTimeout(soon);
    soon = 0;
    if (isLost === lost) return;
    lost = isLost;
    net.textContent = lost ? net.dataset.lost : net.dataset.back;
    net.hidden = false;
    net.className = lost ? "lost" : "";
    setTimeout(() => (net.hidden = !lost), 4000);
  }
  on("htmx:sseOpen", ({ detail }) => { stream = detail.source; tell(false); });
  on("htmx:sseError", () => (soon ||= setTimeout(tell, 2500, true)));
  addEventListener("offline", () => tell(true));
  addEventListener("online", () => stream?.readyState === 1 && tell(false));
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  // /#1.001193: a guide.
  if (/^#\d\.\d{6}$/.test(location.hash)) location = "/start/" + location.hash.slice(1);

  $("last")?.scrollIntoView();
})();
