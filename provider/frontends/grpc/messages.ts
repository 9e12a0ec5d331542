import { CheckFailure, DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import type { DiffKind, detailedDiff } from "../../detailed-diff";

const kinds: Record<DiffKind, [keeps: PropertyDiff.Kind, replaces: PropertyDiff.Kind]> = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
};

export const failuresOf = (failures: readonly { property: string; reason: string }[]): CheckFailure[] =>
  failures.map(({ property, reason }) => new CheckFailure().setProperty(property).setReason(reason));

/** A difference as the engine takes it. Each path of the detailed one has its top key in `diffs`, too. */
export function diffResponse(
  { changed, replaces }: { changed: string[]; replaces: string[] },
  detailed: ReturnType<typeof detailedDiff>,
  stables: string[],
): DiffResponse {
  const response = new DiffResponse()
    .setChanges(changed.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE)
    .setDiffsList([...new Set(changed)])
    .setReplacesList([...new Set(replaces)])
    .setStablesList(replaces.length > 0 ? [] : stables.filter((key) => !changed.includes(key)))
    .setDeletebeforereplace(replaces.length > 0)
    .setHasdetaileddiff(true);
  for (const [path, { kind, replace }] of detailed)
    response.getDetaileddiffMap().set(path, new PropertyDiff().setKind(kinds[kind][replace ? 1 : 0]));
  return response;
}
