// Top right: language, link to this view, print. Bottom: zoom buttons and the scale bar.

import { el, replace } from "./dom.js";
import { languagesOf, nameOf } from "./i18n.js";
import { savePicture } from "./picture.js";
import { scaleBar } from "./scale.js";

export function makeTools(app) {
  const { words, map } = app;
  const link = el("button", { type: "button", id: "link", class: "surface", onclick: () => copy(link, words) }, words.say("link"));
  const node = el("nav", { id: "tools", "aria-label": words.say("tools") }, languageTool(app), link,
    el("div", { class: "pair surface" },
      el("button", { type: "button", id: "picture", onclick: () => savePicture(app) }, words.say("save picture")),
      el("button", { type: "button", id: "print", onclick: () => print() }, words.say("print"))));
  const bar = el("div", { class: "scale", role: "img" });
  const foot = el("section", { id: "foot", "aria-label": words.say("scale") }, el("div", { class: "zoom surface" },
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

// One other language is a button with its name; more are a list.
function languageTool({ meta, words, speak }) {
  const others = languagesOf(meta).filter((name) => name !== words.language);
  if (!others.length) return null;
  if (others.length === 1) {
    const [other] = others;
    return el("button", { type: "button", id: "language", class: "surface", lang: other, onclick: () => speak(other) }, nameOf(other));
  }
  const list = el("select", { id: "language", class: "surface", "aria-label": words.say("language"), onchange: () => speak(list.value) },
    languagesOf(meta).map((name) => el("option", { value: name, lang: name, selected: name === words.language }, nameOf(name))));
  return list;
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
