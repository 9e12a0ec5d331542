/** Why this Node will not do; undefined where it will. What fails on an old one fails with a riddle otherwise. */
export function nodeProblem(wanted: string, here = process.versions.node): string | undefined {
  const [[major = 0, minor = 0], [ownMajor = 0, ownMinor = 0]] = [wanted.replace(/^>=/, ""), here].map((text) =>
    text.split(".").map(Number),
  ) as [number[], number[]];
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return undefined;
  return `Node ${wanted} is needed, and this is ${here}`;
}
