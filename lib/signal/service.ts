/** A service as the traces name it (`service.name`, `service.namespace`), and how services are compared. */

export type Service = { readonly name: string; readonly namespace: string | null };

export const serviceKey = ({ name, namespace }: Service): string => (namespace ? `${namespace}/${name}` : name);
/** Unknown namespaces match any: absence of evidence is no difference. */
export const sameService = (a: Service, b: Service): boolean =>
  a.name === b.name && (a.namespace === null || b.namespace === null || a.namespace === b.namespace);
