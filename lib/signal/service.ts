/** A service as the traces name it (`service.name`, `service.namespace`), and how services are compared. */

export type Service = { readonly name: string; readonly namespace: string | null };

export const serviceKey = ({ name, namespace }: Service): string => (namespace ? `${namespace}/${name}` : name);
/** Unknown namespaces match any: absence of evidence is no difference. */
export const sameService = (a: Service, b: Service): boolean =>
  a.name === b.name && (a.namespace === null || b.namespace === null || a.namespace === b.namespace);

/** The name alone where it says enough: the namespace comes along only for names that two of `all` share. */
export function shortNames(all: readonly Service[]): (service: Service) => string {
  const spaces = Map.groupBy(all, ({ name }) => name);
  return (service) => {
    const keys = new Set((spaces.get(service.name) ?? []).map(serviceKey));
    return keys.size > 1 ? serviceKey(service) : service.name;
  };
}
