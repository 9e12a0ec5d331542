import type { Plan } from "../program/plan";
import { textIn } from "../program/resource";

/** What takes effect only after a restart, and what is taken away to be made anew. */
export function restartsOf({ changes }: Plan): string[] {
  const routes = changes.flatMap(({ op, before, after }) => {
    const route = after ?? before;
    const target = textIn(route?.inputs.target) ?? textIn(route?.outputs?.instance);
    return /^Routes?$/.test(route?.type ?? "") && op !== "same" && target ? [target] : [];
  });
  const interrupted = changes.flatMap(({ op, after, fields }) =>
    op === "replace" && after?.type === "Node" && isRemade(fields)
      ? [`Node "${after.name}" is removed and made anew: what goes to and from it is interrupted`]
      : [],
  );
  return [
    ...[...new Set(routes)]
      .sort()
      .map((target) => `${target} reads its list of routes at its next start: pulumi-harper restart ${target}`),
    ...interrupted,
  ];
}

/** Not where it is only declared at another end. */
const isRemade = (fields: string[]) => fields.some((field) => field !== "target" && field !== "peer");
