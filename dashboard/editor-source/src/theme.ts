// Monaco in the colours of the page around it: Streamlit says them as custom properties of the component.

import { monaco } from "./monaco";

const NAME = "streamlit";

/** Takes the page's theme, light or dark, from what `element` inherits. */
export function follow(element: HTMLElement): void {
  const style = getComputedStyle(element);
  const colour = (name: string): string | undefined => hex(style.getPropertyValue(`--st-${name}`));
  const background = colour("background-color") ?? "#ffffff";
  const text = colour("text-color") ?? "#000000";
  const raised = colour("secondary-background-color") ?? background;
  const border = colour("border-color") ?? raised;
  const dark = luminance(background) < 0.5;
  monaco.editor.defineTheme(NAME, {
    base: dark ? "vs-dark" : "vs",
    inherit: true,
    // The light theme's own comment green and type blue fall short of 4.5:1 beside a background that is not quite white.
    rules: dark ? [] : [{ token: "comment", foreground: "006400" }, { token: "number", foreground: "07633f" }],
    colors: {
      "editor.background": background,
      "editor.foreground": text,
      "editorGutter.background": background,
      "editorLineNumber.foreground": dark ? "#9aa4b0" : "#5f6b78",
      "editorLineNumber.activeForeground": text,
      // The number of the empty last line, else the one above at two fifths of its strength.
      "editorLineNumber.dimmedForeground": dark ? "#9aa4b0" : "#5f6b78",
      "editorWidget.background": raised,
      "editorWidget.foreground": text,
      "editorWidget.border": border,
      "editorHoverWidget.background": raised,
      "editorSuggestWidget.background": raised,
    },
  });
  monaco.editor.setTheme(NAME);
}

// Monaco reads hexadecimal colours only; a canvas writes any colour of CSS so, unless it is translucent.
function hex(css: string): string | undefined {
  const pen = document.createElement("canvas").getContext("2d");
  if (!css.trim() || !pen) return undefined;
  pen.fillStyle = css.trim();
  const [red, green, blue] = pen.fillStyle.match(/[\d.]+/g)?.map(Number) ?? [];
  if (pen.fillStyle.startsWith("#")) return pen.fillStyle;
  return red === undefined || green === undefined || blue === undefined
    ? undefined
    : `#${[red, green, blue].map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  return 0.2126 * (red ?? 1) + 0.7152 * (green ?? 1) + 0.0722 * (blue ?? 1);
}
