// Keys for those who like them; every page does without. J and K go through a list, N to the next that is
// missing, G and a letter to a page, ? shows them. They can be turned off, for whoever speaks to the browser.
"use strict";
{
  const OFF = "genveje-fra";
  const ACT = "a[href], button";
  const ROOMS = { o: "/", s: "", k: "/kommuner", r: "/skema", m: "/moede", h: "/log" };
  const dialog = document.getElementById("keys");
  const isOff = () => window.localStorage.getItem(OFF) === "ja";
  const show = () => {
    dialog.querySelector("[data-keys-off]").textContent = isOff() ? "Slå genveje til" : "Slå genveje fra";
    dialog.showModal();
  };
  const rows = () => [...document.querySelectorAll("[data-rows] > *")].filter((row) => row.querySelector(ACT));
  const go = (row) => row && row.querySelector(ACT).focus();
  const step = (by, wanted) => {
    const all = rows();
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const from = at < 0 ? (by > 0 ? -1 : all.length) : at;
    const after = by > 0 ? all.slice(from + 1) : all.slice(0, from).reverse();
    go(after.find((row) => !wanted || row.matches(wanted)));
  };
  const room = (key) => {
    const [, reference] = window.location.pathname.match(/^\/sager\/([^/]+)/) || [];
    if (key === "o") { window.location.assign("/"); }
    else if (reference && key in ROOMS) { window.location.assign(`/sager/${reference}${ROOMS[key]}`); }
  };
  let led = 0;
  document.addEventListener("keydown", (event) => {
    const isWriting = event.target.closest("input, select, textarea, [contenteditable], dialog");
    if (!dialog || isWriting || event.ctrlKey || event.altKey || event.metaKey) { return; }
    const key = event.key.toLowerCase();
    if (key === "?") { show(); return; }
    if (isOff()) { return; }
    const isLed = Date.now() - led < 1500;
    led = 0;
    if (isLed) { room(key); return; }
    const next = document.querySelector("a[data-next]");
    if (key === "g") { led = Date.now(); }
    else if (key === "j") { step(1); }
    else if (key === "k") { step(-1); }
    else if (key === "n") { if (next) { next.click(); } else { step(1, "[data-missing]"); } }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) { show(); }
    if (event.target.closest("[data-keys-off]")) {
      window.localStorage.setItem(OFF, isOff() ? "nej" : "ja");
      dialog.close();
    }
  });
  for (const button of document.querySelectorAll("[data-keys]")) { button.hidden = false; }
}
