import { pulumi } from "../pulumi.js";
import { deploymentIn, type States } from "./index.js";

/** Pulumi Cloud keeps the state after each update. */
export const cloudStates = (stack: string | undefined): States => ({
  async after({ number }, secrets) {
    const show = secrets ? ["--show-secrets"] : [];
    const args = ["stack", "export", "--version", String(number), ...show];
    return deploymentIn(await pulumi(`pulumi stack export --version ${number}`, args, { stack }));
  },
});
