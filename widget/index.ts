/** What a browser gets. The server builds it and serves `widget/built/`; nothing else leaves this room. */
export { BUDGET, type Built, type BuiltFile, buildWidget, formatSizes } from "./build.js";
