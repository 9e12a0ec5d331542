import { isDeepStrictEqual } from "node:util";
import {
  type CheckRequest,
  CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  type DiffRequest,
  DiffResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { checkSettings, configSchema, settingNames, settingsFrom } from "../../config";
import type { Tell } from "../../resource";
import { secretKeys, withoutValues } from "../../secrets";
import { hasUnknown } from "../../unknown";
import { auditProblem } from "../audit-file";
import { fromEngine, secretsIn, withSecrets } from "../values";
import { failuresOf } from "./messages";
import { fromStruct, toStruct } from "./struct";

/** What the engine keeps among a provider's inputs for itself. */
const enginesOwn = new Set(["version", "pluginDownloadURL", "pluginChecksums", "parameterization"]);
const isOwn = (key: string) => key.startsWith("__") || enginesOwn.has(key);

/** The provider's own inputs, checked. They go back as they came, with what is secret marked. */
export function checkConfig(request: CheckRequest, tell: Tell): CheckResponse {
  const raw = fromStruct(request.getNews());
  const args = fromEngine(raw) as Record<string, unknown>;
  const settings = settingsFrom((name) => args[name], process.env);
  const { failures } = checkSettings(settings);
  const problem = typeof settings.auditLog === "string" ? auditProblem(settings.auditLog) : undefined;
  if (problem) failures.push({ property: "auditLog", reason: problem });
  for (const key of Object.keys(args).filter((name) => !isOwn(name) && !(settingNames as string[]).includes(name)))
    failures.push({ property: key, reason: `is not a setting (there are ${settingNames.join(", ")})` });
  if (hasUnknown(settings))
    tell(
      "info",
      "harper: its configuration is not known yet, so nothing is checked against the live instances before `up`.",
    );
  const plain = secretKeys(configSchema, settings).filter((key) => !secretsIn(raw).includes(key));
  return new CheckResponse()
    .setInputs(toStruct(withSecrets(raw, plain)))
    .setFailuresList(failuresOf(withoutValues(failures, configSchema, settings)));
}

/**
 * Whether the provider's inputs changed. Any change is an update, or the engine would go on with the old ones; none
 * replaces, or all resources would be replaced with it.
 */
export function diffConfig(request: DiffRequest): DiffResponse {
  const settings = (struct: ReturnType<DiffRequest["getNews"]>) => {
    const args = fromEngine(fromStruct(struct)) as Record<string, unknown>;
    return settingsFrom((name) => args[name]);
  };
  const before = settings(request.getOldInputs() ?? request.getOlds());
  const after = settings(request.getNews());
  const changed = settingNames.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  return new DiffResponse()
    .setChanges(changed.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE)
    .setDiffsList(changed);
}

/** The provider's inputs as Configure has them: nested, or, from old engines, as text under `harper:config:NAME`. */
export function argumentsOf(request: ConfigureRequest): Record<string, unknown> {
  const args = fromEngine(fromStruct(request.getArgs())) as Record<string, unknown>;
  request.getVariablesMap().forEach((text, key) => {
    const name = key.slice(key.lastIndexOf(":") + 1);
    if (!Object.hasOwn(args, name)) args[name] = text;
  });
  return args;
}

export const configured = (): ConfigureResponse =>
  new ConfigureResponse()
    .setAcceptsecrets(true)
    .setSupportspreview(true)
    .setAcceptresources(false)
    .setAcceptoutputs(true);
