/* The chat on another site: <script src="…/embed.js" data-label="…" async></script>. It must never harm its host. */
(function () {
  "use strict";
  var me = document.currentScript, ours = /\/embed\.js(\?.*)?$/, src = me && me.src || "";
  var base = ours.test(src) ? src.replace(ours, "") : {{ base|tojson }};
  var label = me && me.getAttribute("data-label") || {{ say("embed.label")|tojson }};
  var origin = base.split("/").slice(0, 3).join("/");
  var root, button, path, frame, open = false, ready = false;
  var BUBBLE = "M4 5h16v11H10l-4 4v-4H4z", CROSS = "M6 6l12 12M18 6L6 18";

  function quietly(act) {
    return function (event) { try { act(event); } catch (error) { /* The host goes on without us. */ } };
  }

  /* Properties of the element: the host's Content-Security-Policy allows them, its style sheets do not win. */
  function style(node, rules) {
    node.style.cssText = rules.replace(/;/g, "!important;");
  }

  function layout() {
    var phone = innerWidth < 480 || innerHeight < 480, view = window.visualViewport, high = "100%", top = 0;
    if (view && view.scale === 1) { high = view.height + "px"; top = view.offsetTop; }
    var side = open && phone ? 44 : 56;
    var corner = open && phone ? "top:" + (top + 8) + "px;right:8px;" : "bottom:16px;right:16px;";
    style(button, "position:fixed;z-index:2;display:block;box-sizing:border-box;margin:0;padding:0;" + corner +
      "width:" + side + "px;height:" + side + "px;border:2px solid #fff;border-radius:50%;background:#26336f;" +
      "color:#fff;cursor:pointer;box-shadow:0 2px 10px rgba(0,0,0,.35);");
    if (frame) style(frame, "position:fixed;z-index:1;box-sizing:border-box;margin:0;padding:0;background:#fff;" +
      "display:" + (open ? "block;" : "none;") + (phone ? "left:0;top:" + top + "px;width:100%;height:" + high +
      ";border:0;" : "right:16px;bottom:84px;width:380px;height:600px;max-height:calc(100vh - 100px);" +
      "border:1px solid #8a90a8;border-radius:12px;box-shadow:0 6px 30px rgba(0,0,0,.3);"));
  }

  function load() {
    frame = document.createElement("iframe");
    frame.title = {{ say("embed.title")|tojson }};
    frame.setAttribute("loading", "lazy");
    frame.src = base + "/embed";
    (root.shadowRoot || root).appendChild(frame);
  }

  function show(now) {
    open = now;
    if (open && !frame) load();
    button.setAttribute("aria-expanded", String(open));
    path.setAttribute("d", open ? CROSS : BUBBLE);
    layout();
    /* A page that hangs would swallow the keys. */
    if (open && ready) frame.focus(); else button.focus();
  }

  function hear(event) {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    if (event.data === "motcua:close" && open) show(false);
    if (event.data !== "motcua:ready") return;
    ready = true;
    if (open && document.activeElement === (root.shadowRoot ? root : button)) frame.focus();
  }

  function picture() {
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), name;
    var told = { viewBox: "0 0 24 24", width: 26, height: 26, fill: "none", stroke: "currentColor",
      "stroke-width": 2, "aria-hidden": true, focusable: false };
    for (name in told) svg.setAttribute(name, told[name]);
    path = svg.appendChild(document.createElementNS(svg.namespaceURI, "path"));
    path.setAttribute("d", BUBBLE);
    return svg;
  }

  function start() {
    if (document.querySelector("[data-motcua]")) return;
    root = document.createElement("div");
    root.setAttribute("data-motcua", "");
    style(root, "all:initial;position:fixed;z-index:2147483000;right:0;bottom:0;width:0;height:0;");
    button = document.createElement("button");
    button.type = "button";
    button.title = label;
    button.setAttribute("aria-label", label);
    button.setAttribute("aria-expanded", "false");
    button.appendChild(picture());
    button.onclick = quietly(function () { show(!open); });
    root.onkeydown = quietly(function (event) {
      if (open && (event.key === "Escape" || event.key === "Esc")) show(false);
    });
    (root.attachShadow ? root.attachShadow({ mode: "open" }) : root).appendChild(button);
    layout();
    document.body.appendChild(root);
    window.addEventListener("message", quietly(hear));
    window.addEventListener("resize", quietly(layout));
    if (window.visualViewport) visualViewport.addEventListener("resize", quietly(layout));
  }

  if (document.body) quietly(start)(); else document.addEventListener("DOMContentLoaded", quietly(start));
})();
