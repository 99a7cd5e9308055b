namespace Sessions.Api.Vapi;

/// <summary>A text that clients may translate: an id, an English default, and what to fill in.</summary>
internal sealed record LocalizableMessage(string Id, string DefaultMessage, IReadOnlyList<string> Args)
{
    public static VapiType Shape { get; } =
        new StructureOf<LocalizableMessage>("com.vmware.vapi.std.localizable_message")
            .Required("id", VapiType.Text, message => message.Id)
            .Required("default_message", VapiType.Text, message => message.DefaultMessage)
            .Required("args", VapiType.ListOf(VapiType.Text), message => message.Args)
            .Build();
}
