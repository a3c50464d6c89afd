// Monaco with what an editor of skills needs: the features that are listed here and five languages, nothing else of it.

import "monaco-editor/features/bracketMatching/register";
import "monaco-editor/features/caretOperations/register";
import "monaco-editor/features/clipboard/register";
import "monaco-editor/features/codeEditor/register";
import "monaco-editor/features/codicon/register";
import "monaco-editor/features/comment/register";
import "monaco-editor/features/contextmenu/register";
import "monaco-editor/features/cursorUndo/register";
import "monaco-editor/features/find/register";
import "monaco-editor/features/folding/register";
import "monaco-editor/features/gotoError/register";
import "monaco-editor/features/gotoLine/register";
import "monaco-editor/features/hover/register";
import "monaco-editor/features/indentation/register";
import "monaco-editor/features/lineSelection/register";
import "monaco-editor/features/linesOperations/register";
import "monaco-editor/features/multicursor/register";
import "monaco-editor/features/quickCommand/register";
import "monaco-editor/features/readOnlyMessage/register";
import "monaco-editor/features/smartSelect/register";
import "monaco-editor/features/snippet/register";
import "monaco-editor/features/suggest/register";
import "monaco-editor/editor/contrib/suggest/browser/suggestController.js";
import "monaco-editor/features/toggleTabFocusMode/register";
import "monaco-editor/features/tokenization/register";
import "monaco-editor/features/unicodeHighlighter/register";
import "monaco-editor/features/unusualLineTerminators/register";
import "monaco-editor/features/wordHighlighter/register";
import "monaco-editor/features/wordOperations/register";
import "monaco-editor/features/wordPartOperations/register";

import "monaco-editor/languages/definitions/python/register";
import "monaco-editor/languages/definitions/typescript/register";
import "monaco-editor/languages/definitions/yaml/register";

import * as monaco from "monaco-editor/editor/editor.api";
// @ts-expect-error: it comes without types. It is the highlighting of JSON without the language service behind it.
import { createTokenizationSupport } from "monaco-editor/languages/features/json/tokenization.js";

// @ts-expect-error: it comes without types as well.
import { conf, language } from "monaco-editor/languages/definitions/markdown/markdown.js";

// Markdown that may begin with frontmatter, which is YAML.
const MARKDOWN = {
  ...language,
  start: "top",
  tokenizer: {
    ...language.tokenizer,
    top: [
      [/^---\s*$/, { token: "delimiter", switchTo: "@frontmatter", nextEmbedded: "yaml" }],
      [/^/, { token: "", switchTo: "@root" }],
    ],
    frontmatter: [[/^---\s*$/, { token: "delimiter", switchTo: "@root", nextEmbedded: "@pop" }]],
  },
};

const JSON_WORDS = /(-?\d*\.\d\w*)|([^\[\{\]\}\:\"\,\s]+)/g;

monaco.languages.register({ id: "markdown", extensions: [".md", ".markdown"] });
monaco.languages.setMonarchTokensProvider("markdown", MARKDOWN);
monaco.languages.setLanguageConfiguration("markdown", conf);
monaco.languages.register({ id: "json", extensions: [".json"] });
monaco.languages.setTokensProvider("json", createTokenizationSupport(true));
monaco.languages.setLanguageConfiguration("json", {
  wordPattern: JSON_WORDS,
  brackets: [["{", "}"], ["[", "]"]],
  autoClosingPairs: [
    { open: "{", close: "}" },
    { open: "[", close: "]" },
    { open: '"', close: '"', notIn: ["string"] },
  ],
});

self.MonacoEnvironment = {
  getWorker: () => new Worker(new URL("./editor.worker.js", import.meta.url), { type: "module" }),
};

const LANGUAGES: Record<string, string> = {
  md: "markdown",
  markdown: "markdown",
  py: "python",
  pyi: "python",
  ts: "typescript",
  tsx: "typescript",
  mts: "typescript",
  js: "typescript",
  mjs: "typescript",
  yaml: "yaml",
  yml: "yaml",
  json: "json",
};

/** The language of a file by its name; what none is known for is plain text. */
export function languageOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return LANGUAGES[name.slice(name.lastIndexOf(".") + 1).toLowerCase()] ?? "plaintext";
}

export { monaco };
