// All rules that ESLint recommends, and a few that keep the page's promises: no markup from text, no code from text.
import js from "./check/node_modules/@eslint/js/src/index.js";
import globals from "./check/node_modules/globals/index.js";

export default [
  { ignores: ["check/", "built/"] },
  js.configs.recommended,
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: { ecmaVersion: "latest", sourceType: "module", globals: { ...globals.browser, ...globals.node } },
    rules: {
      "eqeqeq": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-shadow": ["error", { allow: ["event", "close", "open", "name", "find", "range"] }],
      "no-var": "error",
      "prefer-const": ["error", { destructuring: "all" }],
      "no-restricted-properties": ["error", { property: "innerHTML" }, { property: "outerHTML" }, { property: "insertAdjacentHTML" }],
    },
  },
];
