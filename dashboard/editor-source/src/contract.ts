// What Python says to the editor and hears from it: the other side is mcpskills_dashboard/editor/component.py.

/** A file of the skill; `text` is null for one that is no text, or too long to be edited here. */
export interface SkillFile {
  path: string;
  text: string | null;
}

/** What a rule found. `path` is within the skill; `line` and `column` count from 1, null for a file as a whole. */
export interface Finding {
  path: string;
  line: number | null;
  column: number | null;
  severity: "error" | "warning" | "info";
  message: string;
  code: string;
}

/** Where the cursor is to go. The same place may be asked for again: `serial` is another one each time. */
export interface Place {
  serial: number;
  path: string;
  line: number;
  column: number;
}

/** The part of a JSON Schema that frontmatter is described by. */
export interface Schema {
  required?: string[];
  properties?: Record<string, Property>;
}

export interface Property {
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  examples?: unknown[];
  default?: unknown;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
}

export interface EditorData {
  /** Another one when the files are others, and what was typed counts no more. */
  revision: string;
  files: SkillFile[];
  current: string;
  findings: Finding[];
  place: Place | null;
  schema: Schema;
  readOnly: boolean;
  /** Whether there is something to lose when the browser's page is closed. */
  unsaved: boolean;
  height: number;
  words: Record<string, string>;
}

/**
 * What was done to the files since the revision was handed over. `texts` has every file that was ever touched, so that it
 * may be applied to any state between; `removed` those that are there no more.
 */
export interface Draft {
  revision: string;
  current: string;
  texts: Record<string, string>;
  removed: string[];
}

/** What Streamlit gives to a component of its second kind. */
export interface Component {
  data: EditorData;
  parentElement: HTMLElement;
  setStateValue(name: "draft", value: Draft): void;
}
