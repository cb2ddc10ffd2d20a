@main struct TenantCtl { static func main() {} }
