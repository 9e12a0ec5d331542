import { claimSettings } from "../../claims";
import { readSettings, type Settings, settingsFrom } from "../../config";
import type { Instances } from "../../instances";
import { Lifecycle } from "../../lifecycle";
import type { Tell } from "../../resource";
import { auditFileOf } from "../audit-file";

/** What one Configure makes: the lifecycle with its connections, and what it was told of itself. */
export interface Session {
  lifecycle: Lifecycle;
  refreshBeforeUpdate: boolean;
}

/** Throws HarperError `invalid` that names each wrong setting. What is set nowhere else is taken from the environment. */
export function openSession(
  args: Record<string, unknown>,
  reach: (settings: Settings) => Instances,
  tell: Tell,
  engineAddress = "",
): Session {
  const settings = readSettings(settingsFrom((name) => args[name], process.env));
  const { unverified, expectedTopology, refreshBeforeUpdate = true } = settings;
  const claims = claimSettings(settings, engineAddress);
  const auditLog = auditFileOf(settings, "plugin");
  const instances = reach(settings);
  const lifecycle = new Lifecycle({ instances, tell, unverified, claims, expectedTopology, auditLog });
  return { lifecycle, refreshBeforeUpdate };
}
