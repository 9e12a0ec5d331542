/** Go's own settings hold, but what it writes stays in `goFolder`. */
export function environment(goFolder: string): NodeJS.ProcessEnv;
