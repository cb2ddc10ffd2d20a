import TenantCore
