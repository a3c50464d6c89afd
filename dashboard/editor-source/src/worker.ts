// What Monaco leaves to a worker: looking for deceptive characters and computing differences.

import "monaco-editor/editor/editor.worker";
