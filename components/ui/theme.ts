/** The reader's theme: a cookie, so that the server writes it and nothing flashes. */
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export const themeFrom = (text: string | undefined): Theme => themes.find((theme) => theme === text) ?? "system";

export const nextTheme = (theme: Theme): Theme => themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
