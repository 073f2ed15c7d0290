export function LogFacets(_props: object) {
  return null;
}
