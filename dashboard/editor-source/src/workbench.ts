// The editor as people see it: the tree, the editor and the line below it, kept in step with the files and with Python.

import { Files } from "./files";
import { monaco } from "./monaco";
import { follow } from "./theme";
import { Tree } from "./tree";
import type { Component, EditorData } from "./contract";

const QUIET_MS = 400;
// Escape first ends what Monaco has open, and lets Tab leave the editor only when there is nothing to end.
const NOTHING_OPEN = [
  "editorTextFocus",
  "!suggestWidgetVisible",
  "!findWidgetVisible",
  "!editorHasMultipleSelections",
  "!editorHoverVisible",
  "!markersNavigationVisible",
  "!inSnippetMode",
  "!editorTabMovesFocus",
].join(" && ");

export class Workbench {
  private files: Files;
  private current: string;
  private serial = 0;
  private timer = 0;
  private readonly leaving = (event: BeforeUnloadEvent): void => {
    if (this.component.data.unsaved) event.preventDefault();
  };
  private readonly root = document.createElement("div");
  private readonly status = document.createElement("div");
  private readonly notice = document.createElement("div");
  private readonly tree: Tree;
  private readonly editor: monaco.editor.IStandaloneCodeEditor;
  private readonly add = button("new-file", () => this.askForNew());
  private readonly rename = button("edit", () => this.tree.ask(this.current, (to) => this.move(this.current, to)));
  private readonly remove = button("trash", () => this.discard(this.current));

  constructor(private component: Component) {
    const { data } = component;
    this.tree = new Tree(data.words, {
      open: (path) => this.open(path),
      rename: (from, to) => this.move(from, to),
      remove: (path) => this.discard(path),
    });
    const pane = this.furnish();
    component.parentElement.append(this.root);
    window.addEventListener("beforeunload", this.leaving);
    follow(this.root);
    this.editor = monaco.editor.create(pane, options(data));
    this.escape();
    this.files = new Files(data.files, data, () => this.changed());
    this.current = data.current;
    // Where somebody was led before this editor came is long past.
    this.serial = data.place?.serial ?? 0;
    this.open(this.current, false);
    this.update(component);
  }

  /** Takes what Python says now. The texts that are being edited stay, unless the revision is another one. */
  update(component: Component): void {
    const { data } = component;
    const before = this.component.data;
    this.component = component;
    this.root.style.height = `${data.height}px`;
    follow(this.root);
    if (data.revision !== before.revision) this.replace(data);
    this.editor.updateOptions({ readOnly: data.readOnly });
    this.files.mark(data.findings);
    this.label(data);
    this.draw();
    if (data.place && data.place.serial !== this.serial) {
      const { path, line, column } = data.place;
      this.serial = data.place.serial;
      this.open(path, false);
      this.editor.setPosition({ lineNumber: line, column });
      this.editor.revealLineInCenter(line);
      this.editor.focus();
    }
  }

  dispose(): void {
    window.clearTimeout(this.timer);
    window.removeEventListener("beforeunload", this.leaving);
    this.editor.dispose();
    this.files.dispose();
    this.root.remove();
  }

  private furnish(): HTMLElement {
    const side = document.createElement("div");
    const bar = document.createElement("div");
    const pane = document.createElement("div");
    this.root.className = "mcpskills-editor";
    // Streamlit has keys of its own on the page: r runs it again.
    for (const kind of ["keydown", "keypress", "keyup"]) this.root.addEventListener(kind, (event) => event.stopPropagation());
    side.className = "mcpskills-side";
    bar.className = "mcpskills-bar";
    pane.className = "mcpskills-pane";
    this.notice.className = "mcpskills-notice";
    this.status.className = "mcpskills-status";
    this.status.setAttribute("role", "status");
    bar.append(this.add, this.rename, this.remove);
    side.append(bar, this.tree.element);
    this.root.append(side, pane, this.notice, this.status);
    return pane;
  }

  private escape(): void {
    let moves = false;
    const tabMoves = (on: boolean): void => {
      if (moves === on) return;
      moves = on;
      this.editor.updateOptions({ tabFocusMode: on });
      this.say(on ? "tab_leaves" : "escape_first");
    };
    this.editor.addAction({
      id: "mcpskills.escape",
      label: this.component.data.words["leave"] ?? "Tab",
      keybindings: [monaco.KeyCode.Escape],
      precondition: NOTHING_OPEN,
      run: () => tabMoves(true),
    });
    this.editor.onDidBlurEditorText(() => tabMoves(false));
    // Whoever types on wants to indent again.
    this.editor.onDidChangeModelContent(() => tabMoves(false));
  }

  private replace(data: EditorData): void {
    window.clearTimeout(this.timer);
    this.editor.setModel(null);
    this.files.dispose();
    this.files = new Files(data.files, data, () => this.changed());
    this.current = data.current;
    this.open(this.current, false);
  }

  private label(data: EditorData): void {
    for (const [element, word] of [[this.add, "add"], [this.rename, "rename"], [this.remove, "remove"]] as const) {
      element.title = data.words[word] ?? "";
      element.setAttribute("aria-label", data.words[word] ?? "");
      element.hidden = data.readOnly;
    }
    if (!this.status.textContent) this.say("escape_first");
  }

  private say(word: string): void {
    this.status.textContent = this.component.data.words[word] ?? "";
  }

  private open(path: string, tell = true): void {
    if (!this.files.has(path)) return;
    const model = this.files.model(path) ?? null;
    this.current = path;
    this.editor.setModel(model);
    this.editor.updateOptions({ ariaLabel: path, wordWrap: path.endsWith(".md") ? "on" : "off" });
    this.notice.hidden = model !== null;
    this.notice.textContent = this.component.data.words["fixed"] ?? "";
    this.draw();
    if (tell) this.tell();
  }

  private draw(): void {
    const { findings, words, readOnly } = this.component.data;
    const count = (path: string, severity: string): number =>
      findings.filter((finding) => finding.path === path && finding.severity === severity).length;
    const rows = this.files.paths.map((path) => ({
      path,
      changed: this.files.changed(path),
      editable: this.files.model(path) !== undefined,
      errors: count(path, "error"),
      warnings: count(path, "warning"),
    }));
    this.rename.disabled = this.files.model(this.current) === undefined || this.current === "SKILL.md";
    this.remove.disabled = this.current === "SKILL.md";
    this.tree.show(rows, this.current, words, readOnly);
  }

  private askForNew(): void {
    const folder = this.current.slice(0, this.current.lastIndexOf("/") + 1);
    this.tree.ask(folder, (path) => {
      if (!this.fits(path)) return;
      this.files.create(path);
      this.open(path);
      this.editor.focus();
    });
  }

  private move(from: string, to: string): void {
    if (from === to || from === "SKILL.md" || !this.fits(to)) return;
    this.files.rename(from, to);
    this.open(to);
  }

  private discard(path: string): void {
    if (path === "SKILL.md" || this.component.data.readOnly) return;
    this.files.remove(path);
    this.open(path === this.current ? "SKILL.md" : this.current);
  }

  private fits(path: string): boolean {
    const parts = path.split("/");
    const good = !parts.some((part) => part === "" || part === "." || part === "..") && !path.includes("\\");
    if (good && !this.files.has(path)) return true;
    this.say(good ? "taken" : "bad_path");
    return false;
  }

  private changed(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.draw();
      this.tell();
    }, QUIET_MS);
  }

  private tell(): void {
    window.clearTimeout(this.timer);
    this.component.setStateValue("draft", this.files.draft(this.current));
  }
}

function options(data: EditorData): monaco.editor.IStandaloneEditorConstructionOptions {
  return {
    model: null,
    theme: "streamlit",
    readOnly: data.readOnly,
    readOnlyMessage: { value: data.words["read_only"] ?? "" },
    automaticLayout: true,
    fixedOverflowWidgets: true,
    // A text area, which the page around it and screen readers know as a place where one types.
    editContext: false,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    fontSize: 14,
    lineNumbersMinChars: 3,
    wordBasedSuggestions: "off",
    quickSuggestions: { other: true, comments: true, strings: true },
    unicodeHighlight: { includeComments: true, includeStrings: true },
    renderLineHighlight: "line",
    padding: { top: 8 },
    accessibilitySupport: "auto",
  };
}

function button(name: string, act: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = `codicon codicon-${name}`;
  element.onclick = act;
  return element;
}
