/** What chats understand, and which of it this browser's reader chose last. */

export const dialects = [
  { key: "markdown", title: "Markdown", for: "GitHub, GitLab, Mattermost, Teams" },
  { key: "slack", title: "Slack", for: "its own marks, each reader's own time" },
] as const;
export type Dialect = (typeof dialects)[number]["key"];

const key = "throughline-chat";

export function rememberedDialect(): Dialect {
  try {
    const stored = localStorage.getItem(key);
    return dialects.find((dialect) => dialect.key === stored)?.key ?? "markdown";
  } catch {
    return "markdown";
  }
}

export function rememberDialect(dialect: Dialect): void {
  try {
    localStorage.setItem(key, dialect);
  } catch {
    // A browser that keeps nothing asks again.
  }
}
