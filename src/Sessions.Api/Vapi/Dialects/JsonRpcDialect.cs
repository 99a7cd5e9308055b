namespace Sessions.Api.Vapi.Dialects;

/// <summary>
/// The dialect of the official SDKs: JSON-RPC 2.0 at <c>POST /api</c>, one method, <c>invoke</c>. The HTTP status is always
/// 200, and errors of the API are results; only a body that is no JSON-RPC has another status.
/// </summary>
internal sealed class JsonRpcDialect
{
    const string Name = "json-rpc";

    readonly Dictionary<(string Service, string Name), Operation> operations;
    readonly Admission admission;
    readonly Answering answering;

    public JsonRpcDialect(IEnumerable<Operation> operations, Admission admission, Answering answering)
    {
        this.operations = operations.ToDictionary(operation => (operation.Service, operation.Name));
        this.admission = admission;
        this.answering = answering;
    }

    public async Task Handle(HttpContext http)
    {
        var (body, unreadable) = await ReadBody(http);
        using (body)
        {
            var request = unreadable is null ? JsonRpcRequest.Of(body?.Json.RootElement, http.Request.Headers) : null;
            if (request is null or { Fault: not null })
            {
                Refuse(http, request, unreadable);
                return;
            }

            var operation = operations.GetValueOrDefault((request.Service, request.Operation));
            if (await answering.Answer(http, (request, operation), Call) is { } answer)
                JsonRpcOutput.Write(http.Response, request.Id, operation, answer);
        }
    }

    /// <summary>Answers a request that calls no operation: it is no JSON-RPC, or its envelope is faulty.</summary>
    void Refuse(HttpContext http, JsonRpcRequest? request, VapiError? unreadable)
    {
        if (admission.CountStranger(http) is { } tooMany)
            JsonRpcOutput.Write(http.Response, request?.Id, operation: null, tooMany);
        else if (request?.Fault is { } fault)
            JsonRpcOutput.WriteProtocolError(http.Response, request, fault);
        else
            JsonRpcOutput.WriteProtocolError(http.Response, unreadable);
    }

    static async ValueTask<(InputBody? Body, VapiError? Error)> ReadBody(HttpContext http)
    {
        try
        {
            return await RequestBody.ReadJson(http.Request);
        }
        catch (BadHttpRequestException bad)
        {
            return (null, RequestBody.FaultOf(bad));
        }
    }

    async ValueTask<Answer> Call(HttpContext http, (JsonRpcRequest Request, Operation? Operation) target)
    {
        var (request, operation) = target;
        if (operation is null)
            return admission.CountStranger(http) ?? Errors.UnknownOperation();

        var (caller, refusal) = await admission.Admit(http, operation, request.Token);
        if (refusal is not null)
            return refusal;

        using var input = JsonRpcInput.Unwrap(request.Input);
        var (arguments, fault) = InputCheck.Read(operation, (int _, Parameter parameter, out object? value) =>
            input.TryReadMember(parameter.Name, parameter.Type, out value));
        return fault is not null
            ? fault
            : await operation.Invoke(new Call(operation, Name, caller, request.Credentials, arguments, http));
    }
}
