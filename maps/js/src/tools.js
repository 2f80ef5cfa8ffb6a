// Top right: language, link to this view, print. Bottom: zoom buttons and the scale bar.

import { el, replace } from "./dom.js";
import { scaleBar } from "./scale.js";

export function makeTools(app) {
  const { words, meta, map } = app;
  const link = el("button", { type: "button", id: "link", onclick: () => copy(link, words) }, words.say("link"));
  const other = meta.languages.find((l) => l !== words.language && ["en", "ar"].includes(l));
  const node = el("nav", { id: "tools", "aria-label": words.say("tools") },
    other && el("button", { type: "button", id: "language", class: "surface", lang: other, "aria-label": words.say("language name"),
      onclick: () => app.speak(other) }, words.say("language")),
    link, el("button", { type: "button", id: "print", onclick: () => print() }, words.say("print")));
  link.classList.add("surface");
  node.lastChild.classList.add("surface");
  const bar = el("div", { class: "scale", role: "img" });
  const foot = el("div", { id: "foot" }, el("div", { class: "zoom surface" },
    el("button", { type: "button", "aria-label": words.say("zoom in"), onclick: () => map.zoomIn() }, "+"),
    el("button", { type: "button", "aria-label": words.say("zoom out"), onclick: () => map.zoomOut() }, "−")), bar);

  function scale() {
    const { metres, pixels } = scaleBar(map.getCenter().lat, map.getZoom(), 130);
    const [n, unit] = metres >= 1000 ? [metres / 1000, "km"] : [metres, "m"];
    const text = words.say("at this latitude", { n, unit: words.say(unit) });
    const rule = el("span", { class: "rule" });
    rule.style.width = `${pixels}px`;
    bar.setAttribute("aria-label", text);
    replace(bar, rule, el("span", {}, text));
  }
  return { node, foot, scale };
}

async function copy(button, words) {
  const said = button.textContent;
  try {
    await navigator.clipboard.writeText(location.href);
  } catch {
    // Pages opened as a file may not touch the clipboard: show the address, ready to copy.
    const field = el("input", { type: "text", value: location.href, readonly: true, "aria-label": said });
    button.after(field);
    field.select();
    field.addEventListener("blur", () => field.remove());
    return;
  }
  button.textContent = words.say("copied");
  setTimeout(() => { button.textContent = said; }, 1600);
}
