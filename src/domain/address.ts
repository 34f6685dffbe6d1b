/** The host as it stands before `:port`: an IPv6 address in brackets. Source: RFC 3986, IP-literal. */
export const inAddress = (host: string): string => (host.includes(':') ? `[${host}]` : host);
