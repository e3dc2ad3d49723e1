namespace Mirror.Web.Components.SignIn.OpenId;

/// <summary>The OpenID provider cannot be asked, or what it says cannot be believed. The message holds no secrets.</summary>
internal sealed class OpenIdException(string message, Exception? inner = null) : Exception(message, inner);
