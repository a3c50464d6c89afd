// The tree of a skill's files: one row each, folders as headings, worked by keys as the ARIA pattern for trees says.

export interface Row {
  path: string;
  changed: boolean;
  editable: boolean;
  errors: number;
  warnings: number;
}

interface Deeds {
  open(path: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
}

export class Tree {
  readonly element = document.createElement("div");
  private rows: Row[] = [];
  private current = "";
  private closed = new Set<string>();
  private readOnly = false;

  constructor(private words: Record<string, string>, private deeds: Deeds) {
    this.element.className = "mcpskills-tree";
    this.element.setAttribute("role", "tree");
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("click", (event) => this.click(event));
  }

  show(rows: Row[], current: string, words: Record<string, string>, readOnly: boolean): void {
    if (this.element.querySelector("input")) return;
    this.rows = rows;
    this.current = current;
    this.words = words;
    this.readOnly = readOnly;
    this.element.setAttribute("aria-label", words["files"] ?? "");
    const focused = this.element.contains(document.activeElement);
    this.element.replaceChildren(...this.items());
    if (focused) this.item(this.current)?.focus();
  }

  focus(): void {
    (this.item(this.current) ?? this.visible()[0])?.focus();
  }

  /** Asks for a path in the tree itself; `done` hears it unless it is given up. */
  ask(initial: string, done: (path: string) => void): void {
    const field = document.createElement("input");
    field.value = initial;
    field.spellcheck = false;
    field.setAttribute("aria-label", this.words["path"] ?? "");
    const end = (path: string | null): void => {
      field.onblur = null;
      field.remove();
      this.show(this.rows, this.current, this.words, this.readOnly);
      this.focus();
      if (path) done(path);
    };
    field.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key !== "Enter" && event.key !== "Escape") return;
      // Else the key would be typed once more where the focus goes.
      event.preventDefault();
      end(event.key === "Enter" ? field.value.trim() : null);
    };
    field.onblur = () => end(null);
    this.element.prepend(field);
    field.focus();
    field.setSelectionRange(initial.lastIndexOf("/") + 1, initial.length);
  }

  private items(): HTMLElement[] {
    const items: HTMLElement[] = [];
    const shown = new Set<string>();
    for (const row of this.rows) {
      const parts = row.path.split("/");
      for (let depth = 1; depth < parts.length; depth += 1) {
        const folder = parts.slice(0, depth).join("/");
        if (shown.has(folder) || this.hidden(folder)) continue;
        shown.add(folder);
        items.push(this.folder(folder, depth));
      }
      if (!this.hidden(row.path)) items.push(this.file(row, parts.length));
    }
    return items;
  }

  private hidden(path: string): boolean {
    return [...this.closed].some((folder) => path.startsWith(`${folder}/`));
  }

  private folder(path: string, level: number): HTMLElement {
    const item = this.plain(path, level);
    const open = !this.closed.has(path);
    item.dataset["folder"] = "";
    item.setAttribute("aria-expanded", String(open));
    item.append(icon(open ? "chevron-down" : "chevron-right"), label(path));
    return item;
  }

  private file(row: Row, level: number): HTMLElement {
    const item = this.plain(row.path, level);
    item.setAttribute("aria-selected", String(row.path === this.current));
    item.tabIndex = row.path === this.current ? 0 : -1;
    item.classList.toggle("fixed", !row.editable);
    item.append(icon(row.editable ? "file" : "file-binary"), label(row.path));
    if (row.changed) item.append(mark("●", "changed", this.words["changed"] ?? ""));
    const found = row.errors || row.warnings;
    if (found) {
      const kind = row.errors ? "error" : "warning";
      item.append(mark(String(found), kind, (this.words[kind] ?? "").replace("{count}", String(found))));
    }
    return item;
  }

  private plain(path: string, level: number): HTMLElement {
    const item = document.createElement("div");
    item.setAttribute("role", "treeitem");
    item.setAttribute("aria-level", String(level));
    item.dataset["path"] = path;
    item.style.paddingInlineStart = `${0.4 + (level - 1) * 0.8}rem`;
    item.tabIndex = -1;
    item.title = path;
    return item;
  }

  private item(path: string): HTMLElement | undefined {
    return this.visible().find((item) => item.dataset["path"] === path);
  }

  private visible(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>("[role=treeitem]")];
  }

  private click(event: Event): void {
    const item = (event.target as HTMLElement).closest<HTMLElement>("[role=treeitem]");
    if (item) this.choose(item);
  }

  private choose(item: HTMLElement): void {
    const path = item.dataset["path"] ?? "";
    if (item.dataset["folder"] === undefined) this.deeds.open(path);
    else this.fold(path, !this.closed.has(path));
  }

  private fold(path: string, close: boolean): void {
    if (close) this.closed.add(path);
    else this.closed.delete(path);
    this.show(this.rows, this.current, this.words, this.readOnly);
    this.item(path)?.focus();
  }

  private key(event: KeyboardEvent): void {
    const item = (event.target as HTMLElement).closest<HTMLElement>("[role=treeitem]");
    if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
    const path = item.dataset["path"] ?? "";
    const folder = item.dataset["folder"] !== undefined;
    const all = this.visible();
    const at = all.indexOf(item);
    const deeds: Record<string, () => void> = {
      ArrowDown: () => all[at + 1]?.focus(),
      ArrowUp: () => all[at - 1]?.focus(),
      Home: () => all[0]?.focus(),
      End: () => all[all.length - 1]?.focus(),
      ArrowLeft: () => (folder && !this.closed.has(path) ? this.fold(path, true) : this.parent(path)?.focus()),
      ArrowRight: () => folder && this.fold(path, false),
      Enter: () => this.choose(item),
      " ": () => this.choose(item),
      F2: () => !folder && !this.readOnly && this.ask(path, (to) => this.deeds.rename(path, to)),
      Delete: () => !folder && !this.readOnly && this.deeds.remove(path),
    };
    const deed = deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  }

  private parent(path: string): HTMLElement | undefined {
    return this.item(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
  }
}

function icon(name: string): HTMLElement {
  const element = document.createElement("span");
  element.className = `codicon codicon-${name}`;
  element.setAttribute("aria-hidden", "true");
  return element;
}

function label(path: string): HTMLElement {
  const element = document.createElement("span");
  element.className = "name";
  element.textContent = path.slice(path.lastIndexOf("/") + 1);
  return element;
}

function mark(text: string, kind: string, meaning: string): HTMLElement {
  const element = document.createElement("span");
  element.className = `mark ${kind}`;
  element.textContent = text;
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", meaning);
  return element;
}
