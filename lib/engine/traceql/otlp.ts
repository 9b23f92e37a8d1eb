/** OTLP/JSON as it is sent: hex ids, kinds and codes as numbers, times as decimal ns. Fields may be missing. */

export type OtlpValue = {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  /** `"NaN"` and `"Infinity"` come as text. */
  readonly doubleValue?: number | string;
  readonly boolValue?: boolean;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values?: readonly OtlpValue[] };
  readonly kvlistValue?: { readonly values?: readonly OtlpAttribute[] };
};
export type OtlpAttribute = { readonly key: string; readonly value: OtlpValue };

export type OtlpSpan = {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState?: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano?: string;
  readonly attributes?: readonly OtlpAttribute[];
  readonly events?: readonly {
    readonly timeUnixNano: string;
    readonly name?: string;
    readonly attributes?: readonly OtlpAttribute[];
  }[];
  readonly links?: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceState?: string;
    readonly attributes?: readonly OtlpAttribute[];
  }[];
  readonly status?: { readonly code?: number; readonly message?: string };
};

export type ResourceSpans = {
  readonly resource: { readonly attributes?: readonly OtlpAttribute[] };
  readonly scopeSpans: readonly {
    readonly scope?: { readonly name?: string; readonly version?: string };
    readonly spans: readonly OtlpSpan[];
  }[];
};
