// The files that are being edited: one model of Monaco for each text, and what was done to them since they came.

import { explain, forget } from "./frontmatter";
import { languageOf, monaco } from "./monaco";
import type { Draft, EditorData, Finding, SkillFile } from "./contract";

const OWNER = "mcpskills";

const SEVERITIES = {
  error: monaco.MarkerSeverity.Error,
  warning: monaco.MarkerSeverity.Warning,
  info: monaco.MarkerSeverity.Info,
} as const;

export class Files {
  private static born = 0;
  private readonly models = new Map<string, monaco.editor.ITextModel>();
  private readonly fixed = new Set<string>();
  private readonly first = new Map<string, string>();
  private readonly touched = new Set<string>();
  private readonly removed = new Set<string>();
  private readonly root = `inmemory://skill-${(Files.born += 1)}/`;

  constructor(files: SkillFile[], private data: EditorData, private readonly heard: () => void) {
    for (const { path, text } of files) {
      if (text === null) this.fixed.add(path);
      else {
        this.add(path, text);
        this.first.set(path, text);
      }
    }
  }

  get paths(): string[] {
    return [...this.models.keys(), ...this.fixed].sort(byFolder);
  }

  has(path: string): boolean {
    return this.models.has(path) || this.fixed.has(path);
  }

  model(path: string): monaco.editor.ITextModel | undefined {
    return this.models.get(path);
  }

  changed(path: string): boolean {
    return this.touched.has(path) && this.models.get(path)?.getValue() !== this.first.get(path);
  }

  create(path: string, text = ""): void {
    this.add(path, text);
    this.removed.delete(path);
    this.touched.add(path);
    this.heard();
  }

  rename(from: string, to: string): void {
    const text = this.models.get(from)?.getValue();
    if (text === undefined) return;
    this.create(to, text);
    this.remove(from);
  }

  remove(path: string): void {
    const model = this.models.get(path);
    this.models.delete(path);
    this.fixed.delete(path);
    this.touched.delete(path);
    this.removed.add(path);
    if (model) discard(model);
    this.heard();
  }

  draft(current: string): Draft {
    const texts = [...this.touched].map((path) => [path, this.models.get(path)?.getValue() ?? ""]);
    return { revision: this.data.revision, current, texts: Object.fromEntries(texts), removed: [...this.removed] };
  }

  /** Marks what the rules found in each text. A finding without a line marks the first. */
  mark(findings: Finding[]): void {
    for (const [path, model] of this.models) {
      const mine = findings.filter((finding) => finding.path === path);
      monaco.editor.setModelMarkers(model, OWNER, mine.map((finding) => marker(model, finding)));
    }
  }

  dispose(): void {
    for (const model of this.models.values()) discard(model);
    this.models.clear();
  }

  private add(path: string, text: string): void {
    const uri = monaco.Uri.parse(this.root + encodeURI(path));
    const model = monaco.editor.createModel(text, languageOf(path), uri);
    model.updateOptions({ tabSize: path.endsWith(".py") ? 4 : 2, insertSpaces: true });
    if (path === "SKILL.md") explain(model, { schema: this.data.schema, words: this.data.words });
    model.onDidChangeContent(() => {
      this.touched.add(path);
      this.heard();
    });
    this.models.set(path, model);
  }
}

function discard(model: monaco.editor.ITextModel): void {
  forget(model);
  model.dispose();
}

function marker(model: monaco.editor.ITextModel, finding: Finding): monaco.editor.IMarkerData {
  const line = Math.min(Math.max(finding.line ?? 1, 1), model.getLineCount());
  const longest = model.getLineMaxColumn(line);
  const from = Math.min(finding.column ?? model.getLineFirstNonWhitespaceColumn(line) ?? 1, longest) || 1;
  const word = finding.column === null ? null : model.getWordAtPosition({ lineNumber: line, column: from });
  return {
    severity: SEVERITIES[finding.severity],
    message: finding.message,
    code: finding.code,
    source: "mcpskills",
    startLineNumber: line,
    startColumn: from,
    endLineNumber: line,
    endColumn: word?.endColumn ?? longest,
  };
}

// A folder's files after the folder's name, SKILL.md before everything.
function byFolder(one: string, other: string): number {
  const rank = (path: string): number => (path === "SKILL.md" ? 0 : 1);
  return rank(one) - rank(other) || (one < other ? -1 : 1);
}
