// Only a help: each page works without.
(() => {
  const $ = (id) => document.getElementById(id);
  const on = (name, act) => document.addEventListener(name, act);
  const facts = $("facts")?.dataset;
  const pane = $("pane"), log = $("log"), words = $("words"), problem = $("problem");

  // Drafts: what was typed outlives a reload, a lost connection and the end of a session.
  for (const box of document.querySelectorAll("[data-draft]")) {
    const key = "draft " + box.dataset.draft;
    box.value ||= sessionStorage.getItem(key) || "";
    box.addEventListener("input", () => sessionStorage.setItem(key, box.value));
    box.form.addEventListener("reset", () => sessionStorage.removeItem(key));
  }

  // A number that somebody has opened stays in view, whatever draws the head of the case anew.
  Idiomorph.defaults.callbacks.beforeNodeMorphed = (old, anew) => !(old.dataset?.kept === "" && old.id === anew.id);

  // Every button says at once that it was heard; a form of the plain kind is sent once.
  on("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.hasAttribute("hx-post") || form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
  });

  // What was asked before somebody signed in again tells nothing any more.
  let mended = 0;
  $("signed-out")?.addEventListener("close", () => (mended = Date.now()));

  // Dialogs.
  on("click", ({ target }) => {
    if (!target.closest?.("[data-close]")) return;
    // Not only in its event, which comes after answers that wait already.
    mended = Date.now();
    target.closest("dialog").close();
  });
  // Codes and links are copied in one go; where a browser does not let us, they are marked, ready to be copied.
  on("click", async ({ target }) => {
    const button = target.closest?.("[data-copy]");
    if (!button) return;
    const what = $(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(what.innerText.trim());
      button.textContent = button.dataset.copied;
    } catch {
      getSelection().selectAllChildren(what);
    }
  });
  const signedOut = (asked) => asked <= mended || $("signed-out")?.open || $("signed-out")?.showModal();

  if (!facts) return;

  // What actions bring.
  function tell(text) {
    problem.textContent = text;
    if (text) problem.closest("section").scrollIntoView({ block: "nearest" });
  }
  on("htmx:beforeRequest", () => problem && (problem.textContent = ""));
  on("htmx:afterRequest", ({ target, detail }) => {
    const { xhr } = detail;
    if (xhr.status === 401) return signedOut(Date.now());
    if (!detail.successful) {
      const plain = /^text\/plain/.test(xhr.getResponseHeader("content-type") || "");
      const told = plain && xhr.responseText ? xhr.responseText : facts.failed;
      return problem && problem.offsetParent ? tell(told) : alarm(told);
    }
    const form = target.closest("form");
    if (!form) return;
    const once = form.querySelector("[name=once]");
    if (form.matches("#reply, #note, #transfer, .mend form")) form.reset();
    if (once) once.value = crypto.randomUUID?.().replaceAll("-", "").slice(0, 16) || String(Math.random()).slice(2);
    if (form.matches("#note, #transfer")) form.closest("details").open = false;
    if (form.matches("#reply")) enclose("", "");
    form.closest(".mend")?.removeAttribute("open");
  });
  on("htmx:afterSettle", ({ detail }) => {
    const { elt, target } = detail.requestConfig ?? {};
    if (target?.id === "state" && elt?.action.endsWith("/claim")) words?.focus();
  });
  on("htmx:sendError", () => (problem && problem.offsetParent ? tell(facts.failed) : alarm(facts.failed)));

  function alarm(text) {
    const net = $("net");
    net.textContent = text;
    net.className = "";
    net.hidden = false;
    setTimeout(() => (net.hidden = true), 8000);
  }

  // Lines: one that is there already is replaced, a late one takes its place.
  if (log) {
    const known = new WeakSet(log.children);
    const order = (line) => (line.dataset.at || "") + (line.id[0] === "m" ? "0" : "1");
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) if (node.id && !known.has(node)) arrive(node);
    }).observe(log, { childList: true });
    function arrive(line) {
      known.add(line);
      const there = [...log.children].find((other) => other !== line && other.id === line.id);
      if (there) {
        // What somebody is writing into it stays.
        if (there.querySelector("details.mend[open]")) return line.remove();
        return there.replaceWith(line);
      }
      let before = line.previousElementSibling;
      while (before && order(before) > order(line)) before = before.previousElementSibling;
      if (before !== line.previousElementSibling) before ? before.after(line) : log.prepend(line);
      if (line.matches(".citizen")) ring(facts.message);
      if (line === log.lastElementChild && nearEnd()) toEnd();
    }
    const scroller = () => [$("said"), pane, document.scrollingElement].find((one) => one.scrollHeight > one.clientHeight + 1 && getComputedStyle(one).overflowY !== "visible") || document.scrollingElement;
    const nearEnd = () => { const s = scroller(); return s.scrollHeight - s.scrollTop - s.clientHeight < 400 || s !== $("said"); };
    var toEnd = () => log.lastElementChild?.scrollIntoView({ block: scroller() === $("said") ? "end" : "nearest" });
    const said = $("said");
    if (location.hash.startsWith("#m")) $(location.hash.slice(1))?.scrollIntoView();
    else if (scroller() === said) said.scrollTop = said.scrollHeight;
    else if (log.lastElementChild && document.querySelector("[data-can=reply]")) $("end").scrollIntoView({ block: "end" });
  }

  // Texts that are ready.
  const enclosed = $("enclosed");
  function enclose(id, name) {
    if (!enclosed) return;
    $("reply").elements.canned.value = id;
    enclosed.firstElementChild.textContent = name && "📎 " + name;
    enclosed.hidden = !name;
  }
  on("click", ({ target }) => {
    const ready = target.closest?.(".insert");
    if (!ready) return;
    words.setRangeText((words.value.trim() && "\n") + ready.dataset.text, words.selectionEnd, words.selectionEnd, "end");
    words.dispatchEvent(new Event("input"));
    if (ready.dataset.canned) enclose(ready.dataset.canned, ready.dataset.file);
    ready.closest("details").open = false;
    words.focus();
  });
  enclosed?.querySelector("button").addEventListener("click", () => {
    $("reply").elements.file.value = "";
    enclose("", "");
  });
  on("change", ({ target }) => {
    if (target.type !== "file" || !target.dataset.most) return;
    const tooLarge = target.files[0]?.size > +target.dataset.most;
    if (tooLarge) target.value = "";
    tell(tooLarge ? facts.largest : "");
    enclose("", target.files[0]?.name || "");
  });

  // Sound, notification, title.
  let figures = read(), audio;
  function read() {
    const { waiting, mine, mentions } = $("tabs").dataset;
    return { waiting: +waiting, mine: +mine, mentions: +mentions };
  }
  function title() {
    const open = figures.waiting + figures.mine + figures.mentions;
    document.title = (open ? `(${open}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  }
  function ring(text) {
    if (facts.sound) beep();
    if (document.hidden && window.Notification?.permission === "granted") new Notification(facts.title, { body: text, tag: "motcua" });
  }
  function beep() {
    // A browser lets nobody make a sound to whom nobody has spoken.
    if (navigator.userActivation?.hasBeenActive === false) return;
    try {
      audio ||= new AudioContext();
      for (const [tone, after] of [[660, 0], [880, 0.16]]) {
        const note = audio.createOscillator(), loud = audio.createGain(), at = audio.currentTime + after;
        note.frequency.value = tone;
        loud.gain.setValueAtTime(0.15, at);
        loud.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
        note.connect(loud).connect(audio.destination);
        note.start(at);
        note.stop(at + 0.3);
      }
    } catch { /* A browser without sound still shows. */ }
  }
  on("htmx:sseMessage", ({ detail }) => {
    if (detail.type !== "list") return;
    const before = figures;
    figures = read();
    if (figures.waiting > before.waiting || figures.mentions > before.mentions) ring(facts.new);
    title();
  });
  title();
  const notify = $("notify");
  if (window.Notification?.permission === "default") {
    notify.hidden = false;
    notify.onclick = () => Notification.requestPermission().then(() => (notify.hidden = true));
  }

  // An undo that is over is not offered.
  setInterval(() => {
    for (const form of document.querySelectorAll("[data-until]")) if (new Date(form.dataset.until) < new Date()) form.remove();
  }, 1000);

  // The connection.
  const net = $("net");
  let lost = false, soon;
  function connected(isThere) {
    clearTimeout(soon);
    soon = 0;
    if (isThere === !lost) return;
    lost = !isThere;
    net.textContent = lost ? net.dataset.lost : net.dataset.back;
    net.className = lost ? "" : "back";
    net.hidden = false;
    if (!lost) setTimeout(() => (net.hidden = !lost), 4000);
  }
  on("htmx:sseOpen", () => {
    connected(true);
    // Nobody else than who is signed in has a stream.
    $("signed-out")?.close();
  });
  on("htmx:sseError", () => {
    soon ||= setTimeout(connected, 2500, false);
    const asked = Date.now();
    fetch("/desk/signed-in", { headers: { "HX-Request": "true" } }).then(({ status }) => status === 401 && signedOut(asked), () => {});
  });
  addEventListener("offline", () => connected(false));
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  // Keys.
  const links = () => [...document.querySelectorAll("#rows .row > a")];
  function step(by) {
    const all = links(), now = all.findIndex((one) => one === document.activeElement || one.getAttribute("aria-current"));
    all[Math.min(Math.max(now + by, 0), all.length - 1)]?.focus();
  }
  function open(id) {
    const box = $(id);
    if (!box || !box.offsetParent && !box.closest("details")) return;
    box.closest("details")?.setAttribute("open", "");
    box.focus();
  }
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    c: () => $("claim")?.click(),
    r: () => open("words"),
    n: () => open("note-text"),
    "/": () => open("q"),
    "?": () => $("keys").showModal(),
  };
  on("keydown", (event) => {
    const { target, key } = event;
    if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.form) return target.form.requestSubmit();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (target.closest("input, textarea, select, dialog, [contenteditable]") || !keys[key]) return;
    event.preventDefault();
    keys[key]();
  });
})();
