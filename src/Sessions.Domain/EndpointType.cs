namespace Sessions.Domain;

/// <summary>How a client wants to reach a file's bytes.</summary>
public enum EndpointType
{
    /// <summary>Over HTTP, by a link that carries its own permission. The default.</summary>
    Https,

    /// <summary>By the storage's own address, for callers who may read the storage itself.</summary>
    Direct,
}
