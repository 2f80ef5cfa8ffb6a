// The languages of the page: the bundle takes every file of this folder (build.mjs); Node's tests read them here.
import ar from "./ar.js";
import en from "./en.js";

export const LANGUAGES = { ar, en };
