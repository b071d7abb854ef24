// In a frame of another site: keys that belong to the page around, and a session that no cookie keeps.
(() => {
  const renew = document.getElementById("renew"), box = document.getElementById("box");
  // The page around checks who tells; nothing of this is secret.
  const tell = (what) => parent !== window && parent.postMessage("motcua:" + what, "*");

  addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && tell("close"));
  // On a phone the box brings up the keyboard.
  addEventListener("focus", () => {
    if (document.activeElement === document.body && matchMedia("(pointer: fine)").matches) box.focus();
  });

  // A form brings the session along; loading the page anew would lose it.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    event.stopImmediatePropagation();
    renew.submit();
  });
  document.addEventListener("renew", ({ detail }) => {
    renew.elements.session.value = detail.session;
    renew.submit();
  });

  tell("ready");
})();
