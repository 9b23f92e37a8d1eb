/** Go's text templates, as far as lines and labels are formatted with them: fields, functions, pipes, if, with. */
import { refuse } from "@/lib/engine/logql/refusal";
import {
  failTemplate,
  isTruthy,
  missingFunctions,
  printValue,
  type TemplateFunction,
  templateFunctions,
  type Value,
} from "@/lib/engine/logql/template-functions";
import { unquoted } from "@/lib/query/quoted";
import type { Labels } from "@/lib/signal/labels";

export type TemplateInput = { readonly labels: Labels; readonly line: string };
type Scope = TemplateInput & { readonly dot: Value | null; readonly variables: Map<string, Value> };
type Term = (scope: Scope) => Value;
type Node = (scope: Scope) => string;

export type Template = {
  /** Throws a RangeError with Go's reason where a line does not fit it. */
  readonly print: (input: TemplateInput) => string;
  /** The only label it prints, where it does nothing else. */
  readonly only: string | null;
  readonly labels: readonly string[];
};

type Piece = { readonly text: string } | { readonly action: string };

function piecesOf(source: string, name: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trimsNext = false;
  for (;;) {
    const open = source.indexOf("{{", at);
    const text = source.slice(at, open === -1 ? undefined : open);
    const trimsThis = open !== -1 && /^-\s/.test(source.slice(open + 2));
    const kept = trimsNext ? text.trimStart() : text;
    const shown = trimsThis ? kept.trimEnd() : kept;
    if (shown !== "") pieces.push({ text: shown });
    if (open === -1) return pieces;
    const action = /^(?:"(?:[^"\\]|\\.)*"|`[^`]*`|(?!\}\})[\s\S])*/.exec(source.slice(open + 2))?.[0] ?? "";
    at = open + 2 + action.length;
    if (!source.startsWith("}}", at)) refuse(`template: ${name}:1: unclosed action`);
    at += 2;
    trimsNext = /\s-$/.test(action);
    const inner = action.slice(trimsThis ? 1 : 0, trimsNext ? -1 : undefined).trim();
    if (!inner.startsWith("/*")) pieces.push({ action: inner });
  }
}

const tokenPattern = /\s+|"(?:[^"\\]|\\.)*"|`[^`]*`|:=|[()|]|\$\w*|\.[\w.]*|[-+]?\d[\w.]*|\w+|[\s\S]/g;

/** Refuses what Go would not parse, and functions that are not there. `name` stands in those messages. */
export function templateOf(source: string, name: "line" | "label"): Template {
  const labels: string[] = [];
  const pieces = piecesOf(source, name);
  let at = 0;
  const bad = (what: string): never => refuse(`template: ${name}:1: ${what}`);
  const root = nodes(false);
  const [first, ...others] = pieces;
  const field = others.length === 0 && first && "action" in first ? /^\.(\w+)$/.exec(first.action)?.[1] : undefined;
  return {
    print: (input) => {
      const scope: Scope = { ...input, dot: null, variables: new Map() };
      return root.map((node) => node(scope)).join("");
    },
    only: field ?? null,
    labels,
  };

  function nodes(isInside: boolean): Node[] {
    const list: Node[] = [];
    for (;;) {
      const piece = pieces[at];
      if (piece === undefined) return isInside ? bad("unexpected EOF") : list;
      if ("text" in piece) {
        const { text } = piece;
        list.push(() => text);
        at += 1;
        continue;
      }
      const word = /^\w+/.exec(piece.action)?.[0];
      if (word === "else" || word === "end") return isInside ? list : bad(`unexpected {{${word}}}`);
      at += 1;
      if (word === "if" || word === "with") list.push(branch(word, piece.action.slice(word.length)));
      else if (word === "range" || word === "define" || word === "template" || word === "block")
        refuse(`template: ${name}:1: {{${word}}} is not supported here`);
      else list.push(action(piece.action));
    }
  }

  function branch(word: "if" | "with", condition: string): Node {
    const test = pipeline(condition);
    const then = nodes(true);
    const closing = pieces[at];
    const otherwise = closing && "action" in closing ? closing.action : "";
    at += 1;
    const elseIf = /^else\s+(if|with)\b(.*)$/s.exec(otherwise);
    let rest: Node[] = [];
    if (elseIf) rest = [branch(elseIf[1] === "with" ? "with" : "if", elseIf[2] ?? "")];
    else if (otherwise === "else") {
      rest = nodes(true);
      at += 1;
    }
    return (scope) => {
      const value = test(scope);
      const inner = word === "with" && isTruthy(value) ? { ...scope, dot: value } : scope;
      return (isTruthy(value) ? then : rest).map((node) => node(inner)).join("");
    };
  }

  function action(source: string): Node {
    const assigned = /^\$(\w+)\s*:?=\s*(.*)$/s.exec(source);
    const term = pipeline(assigned?.[2] ?? source);
    const variable = assigned?.[1];
    if (variable === undefined) return (scope) => printValue(term(scope));
    return (scope) => {
      scope.variables.set(variable, term(scope));
      return "";
    };
  }

  function pipeline(source: string): Term {
    const tokens = (source.match(tokenPattern) ?? []).filter((token) => token.trim() !== "");
    if (tokens.length === 0) return bad("missing value for command");
    const term = pipe();
    return tokens.length > 0 ? bad(`unexpected "${tokens[0]}" in operand`) : term;

    function pipe(): Term {
      let term = command(null);
      while (tokens[0] === "|") {
        tokens.shift();
        term = command(term);
      }
      return term;
    }
    function command(piped: Term | null): Term {
      const token = tokens[0] ?? "";
      const called = functionOf(token);
      if (called) tokens.shift();
      const args: Term[] = [];
      while (tokens.length > 0 && tokens[0] !== "|" && tokens[0] !== ")") args.push(operand());
      if (piped) args.push(piped);
      if (called) return (scope) => called(...args.map((arg) => arg(scope)));
      const [only] = args;
      return args.length === 1 && only ? only : bad(`can't give argument to non-function ${token}`);
    }
    function operand(): Term {
      const token = tokens.shift() ?? "";
      if (token === "(") {
        const inner = pipe();
        return tokens.shift() === ")" ? inner : bad("unclosed left paren");
      }
      if (token === "__line__") return ({ line }) => line;
      if (token === ".") return ({ dot }) => dot ?? failTemplate("a label set cannot be printed here");
      if (token.startsWith(".")) {
        const label = token.slice(1);
        if (label.includes(".")) return bad(`can't evaluate field in type string: ${token}`);
        labels.push(label);
        return ({ labels: known }) => known[label] ?? "";
      }
      if (token.startsWith("$")) {
        const variable = token.slice(1);
        return ({ variables }) => variables.get(variable) ?? failTemplate(`undefined variable "${token}"`);
      }
      if (token.startsWith('"') || token.startsWith("`")) {
        const text = unquoted(token);
        return text === undefined ? bad("malformed string constant") : () => text;
      }
      if (token === "true" || token === "false") return () => token === "true";
      if (/^[-+]?\d+$/.test(token)) return () => Number(token);
      if (/^[-+]?\d/.test(token)) {
        const float = Number(token);
        return Number.isNaN(float) ? bad(`bad number syntax: "${token}"`) : () => ({ float });
      }
      const called = functionOf(token);
      return called ? () => called() : bad(`unexpected "${token}" in operand`);
    }
  }

  function functionOf(word: string): TemplateFunction | undefined {
    if (!/^[A-Za-z_]\w*$/.test(word) || ["true", "false", "__line__"].includes(word)) return undefined;
    if (missingFunctions.has(word)) refuse(`template: ${name}:1: function "${word}" is not supported here`);
    return templateFunctions.get(word) ?? bad(`function "${word}" not defined`);
  }
}
