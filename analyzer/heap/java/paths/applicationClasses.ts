const foreignPackages =
  /^(java|javax|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy\.lang|com\.google\.common|com\.github\.benmanes\.caffeine|io\.netty\.util|org\.apache\.commons\.collections4?|it\.unimi\.dsi|gnu\.trove|org\.jctools|org\.agrona\.collections|org\.eclipse\.collections)\./;

/** True for classes of the application and its frameworks, false for the JDK and for collection libraries. */
export function isApplicationClass(name: string): boolean {
  return !foreignPackages.test(name) && !name.endsWith("[]");
}

/** Classes made at run time: their fields have no line in any source. */
export function isGeneratedClass(name: string): boolean {
  return /\$\$Lambda|\$\$EnhancerBy|\$\$FastClass|^com\.sun\.proxy\.|\$Proxy\d|^jdk\.proxy/.test(name);
}
