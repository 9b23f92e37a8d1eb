import "react";

// Layout hands numbers to CSS as custom properties; React's type knows none of them.
declare module "react" {
  interface CSSProperties {
    [property: `--${string}`]: string | number;
  }
}
