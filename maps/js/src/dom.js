// Elements by function. Text goes in as text, never as markup.

export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

// Text whose direction is its own: a name in another script stays in one piece.
export const bdi = (text, properties = {}) => el("bdi", { dir: "auto", ...properties }, text);

export function replace(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
}

const SVG = "http://www.w3.org/2000/svg";
export function svg(tag, properties, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

// Drawn, not written: a sign that the page's font lacks makes the browser look through all others.
const ICONS = { play: "M3 1v10l8-5z", pause: "M2 1h3v10H2zM7 1h3v10H7z", back: "M9 1v10L1 6z", on: "M3 1v10l8-5z" };
export const icon = (name) => svg("svg", { class: "icon", viewBox: "0 0 12 12", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));

export const heading = (text) => el("h2", { class: "head" }, text);
