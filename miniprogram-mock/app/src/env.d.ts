/// <reference types="vite/client" />
interface ImportMetaEnv {
  /** Origin of the API ("https://host"), needed by mp-weixin only; H5 is served by the API itself. */
  readonly VITE_API_BASE?: string
}
/** Every page of pages.json, subpackages included; filled in by vite.config.ts. */
declare const __PAGES__: string[]
