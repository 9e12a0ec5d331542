import { readFileSync } from "node:fs";
import { extname } from "node:path";

const languages: Record<string, string> = { ".ts": "ts", ".yaml": "yaml", ".py": "python" };
const marked = /(<!-- file: (\S+) -->\n)[\s\S]*?(<!-- \/file -->)/g;

/** A page with the files it shows as they are now: between `<!-- file: PATH -->` and `<!-- /file -->`. */
export function withShownFiles(page: string): string {
  return readFileSync(page, "utf8").replace(marked, (_all, open: string, path: string, close: string) => {
    const language = languages[extname(path)] ?? "";
    return `${open}\`\`\`${language}\n${readFileSync(path, "utf8").trimEnd()}\n\`\`\`\n${close}`;
  });
}
