// Help with the frontmatter of a SKILL.md, out of the JSON Schema that the validator checks it by: what may stand where the
// cursor is, and what a key under the pointer means.

import { monaco } from "./monaco";
import type { Property, Schema } from "./contract";

const KEY = /^([A-Za-z][\w-]*):(\s*)(.*)$/;

interface Help {
  schema: Schema;
  words: Record<string, string>;
}

const helped = new Map<string, Help>();

/** Has the model of a SKILL.md explained by this schema from now on. */
export function explain(model: monaco.editor.ITextModel, help: Help): void {
  helped.set(model.uri.toString(), help);
}

/** Forgets a model that is gone. */
export function forget(model: monaco.editor.ITextModel): void {
  helped.delete(model.uri.toString());
}

monaco.languages.registerCompletionItemProvider("markdown", {
  triggerCharacters: [":", " "],
  provideCompletionItems(model, position) {
    const help = helped.get(model.uri.toString());
    if (!help || !within(model, position.lineNumber)) return { suggestions: [] };
    const line = model.getLineContent(position.lineNumber).slice(0, position.column - 1);
    const [, key, space, value] = KEY.exec(line) ?? [];
    const range = rangeBefore(position, key === undefined ? line : value ?? "");
    if (key === undefined) return { suggestions: /^[\w-]*$/.test(line) ? keys(model, help, range) : [] };
    return { suggestions: values(help.schema.properties?.[key], range, space ? "" : " ") };
  },
});

monaco.languages.registerHoverProvider("markdown", {
  provideHover(model, position) {
    const help = helped.get(model.uri.toString());
    if (!help || !within(model, position.lineNumber)) return null;
    const key = KEY.exec(model.getLineContent(position.lineNumber))?.[1];
    const property = key === undefined ? undefined : help.schema.properties?.[key];
    if (key === undefined || !property || position.column > key.length + 1) return null;
    return {
      range: new monaco.Range(position.lineNumber, 1, position.lineNumber, key.length + 1),
      contents: [{ value: described(key, property, help) }],
    };
  },
});

function within(model: monaco.editor.ITextModel, line: number): boolean {
  if (line < 2 || model.getLineContent(1).trimEnd() !== "---") return false;
  const last = Math.min(line, model.getLineCount());
  for (let at = 2; at <= last; at += 1) {
    if (/^(---|\.\.\.)\s*$/.test(model.getLineContent(at))) return false;
  }
  return true;
}

function rangeBefore(position: monaco.Position, typed: string): monaco.Range {
  return new monaco.Range(position.lineNumber, position.column - typed.length, position.lineNumber, position.column);
}

function keys(model: monaco.editor.ITextModel, help: Help, range: monaco.Range): monaco.languages.CompletionItem[] {
  const there = present(model, range.startLineNumber);
  return Object.entries(help.schema.properties ?? {})
    .filter(([key]) => !there.has(key))
    .map(([key, property]) => ({
      label: key,
      kind: monaco.languages.CompletionItemKind.Property,
      detail: help.schema.required?.includes(key) ? help.words["required"] : undefined,
      documentation: { value: described(key, property, help) },
      insertText: isMap(property) ? `${key}:\n  ` : `${key}: `,
      // Required keys first, then the others in the order of the schema.
      sortText: `${help.schema.required?.includes(key) ? 0 : 1}${String(position(help, key)).padStart(3, "0")}`,
      command: { id: "editor.action.triggerSuggest", title: "" },
      range,
    }));
}

function present(model: monaco.editor.ITextModel, but: number): Set<string> {
  const found = new Set<string>();
  for (let at = 2; at <= model.getLineCount() && (at <= but || within(model, at)); at += 1) {
    const key = KEY.exec(model.getLineContent(at))?.[1];
    if (key !== undefined && at !== but) found.add(key);
  }
  return found;
}

function position(help: Help, key: string): number {
  return Object.keys(help.schema.properties ?? {}).indexOf(key);
}

function isMap(property: Property): boolean {
  return property.type === "object";
}

function values(property: Property | undefined, range: monaco.Range, before: string): monaco.languages.CompletionItem[] {
  if (!property) return [];
  const flags = property.type === "boolean" ? [true, false] : [];
  const known = [...flags, ...(property.enum ?? []), ...(property.examples ?? [])];
  return [...new Set(known.map(String))].map((value, at) => ({
    label: value,
    kind: monaco.languages.CompletionItemKind.Value,
    insertText: `${before}${value}`,
    sortText: String(at).padStart(3, "0"),
    range,
  }));
}

function described(key: string, property: Property, help: Help): string {
  const { words } = help;
  const facts = [
    help.schema.required?.includes(key) ? words["required"] : undefined,
    property.maxLength === undefined ? undefined : words["longest"]?.replace("{count}", String(property.maxLength)),
    property.default === undefined ? undefined : words["default"]?.replace("{value}", String(property.default)),
    property.examples?.length ? words["example"]?.replace("{value}", String(property.examples[0])) : undefined,
  ];
  const shown = facts.filter((fact) => fact !== undefined).map((fact) => `- ${fact}`);
  return [`**${key}**`, property.description ?? "", shown.join("\n")].filter(Boolean).join("\n\n");
}
