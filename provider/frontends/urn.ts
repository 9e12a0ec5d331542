/** `urn:pulumi:STACK::PROJECT::TYPE::NAME` → the stack as `PROJECT/STACK`. The organization is in no URN. */
export function stackOf(urn: string): { stack?: string } {
  const [stack, project] = urn.replace(/^urn:pulumi:/, "").split("::");
  return stack && project ? { stack: `${project}/${stack}` } : {};
}
