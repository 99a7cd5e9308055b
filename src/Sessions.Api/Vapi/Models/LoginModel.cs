using Sessions.Storage.Access;

namespace Sessions.Api.Vapi.Models;

/// <summary>A login as clients see it.</summary>
internal static class LoginModel
{
    public static VapiType Shape { get; } =
        new StructureOf<ApiSession>("com.vmware.cis.session.info")
            .Required("user", VapiType.Text, login => login.UserName)
            .Required("created_time", VapiType.Time, login => login.CreatedAt)
            .Required("last_accessed_time", VapiType.Time, login => login.LastAccessedAt)
            .Build();
}
