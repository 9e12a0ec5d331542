import type { Readable } from "node:stream";

/** More than anything prints that is read afterwards; V8 has no string of twice as much. */
const usualMost = 256 * 1024 * 1024;

/** The end of what a command prints: Terraform prints hundreds of megabytes of a thousand edges that it destroys. */
export async function endOf(output: Readable, most = usualMost): Promise<string> {
  const kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of output as AsyncIterable<Buffer>) {
    kept.push(chunk);
    size += chunk.length;
    while (size - (kept[0]?.length ?? 0) >= most) size -= kept.shift()?.length ?? 0;
  }
  return Buffer.concat(kept).toString();
}
