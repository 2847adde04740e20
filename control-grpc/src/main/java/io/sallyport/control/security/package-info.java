/** Who may do what: identities from certificates, roles, the audit log. */
package io.sallyport.control.security;
