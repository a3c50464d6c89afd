// What the component's own few lines import: Streamlit calls for each change of the data, and once more when it ends.

import "./editor.css";
import { Workbench } from "./workbench";
import type { Component } from "./contract";

const benches = new WeakMap<HTMLElement, Workbench>();

/** Shows the editor in the component's element, or tells the one that is there. Gives what ends it. */
export function mount(component: Component): () => void {
  const element = component.parentElement;
  const there = benches.get(element);
  if (there) there.update(component);
  else benches.set(element, new Workbench(component));
  return () => {
    benches.get(element)?.dispose();
    benches.delete(element);
  };
}
