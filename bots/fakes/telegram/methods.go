package telegram

// handler does one method. It is called under the server's lock.
type handler func(*Server, *call) (any, error)

// handlers are the methods that are known, besides getUpdates.
func handlers() map[string]handler {
	return map[string]handler{
		"getMe":                  getMe,
		"sendMessage":            sendMessage,
		"sendDocument":           sendDocument,
		"sendPhoto":              sendPhoto,
		"sendChatAction":         sendChatAction,
		"editMessageText":        editMessageText,
		"editMessageCaption":     editMessageCaption,
		"editMessageReplyMarkup": editMessageReplyMarkup,
		"deleteMessage":          deleteMessage,
		"answerCallbackQuery":    answerCallbackQuery,
		"getFile":                getFile,
		"setMyCommands":          setMyCommands,
		"getMyCommands":          getMyCommands,
		"deleteMyCommands":       deleteMyCommands,
		"setMyName":              setProfile("name", 64),
		"getMyName":              getProfile("name"),
		"setMyDescription":       setProfile("description", 512),
		"getMyDescription":       getProfile("description"),
		"setMyShortDescription":  setProfile("short_description", 120),
		"getMyShortDescription":  getProfile("short_description"),
		"setWebhook":             setWebhook,
		"deleteWebhook":          deleteWebhook,
		"getWebhookInfo":         getWebhookInfo,
		"getChat":                getChat,
		"getChatMember":          getChatMember,
		"getChatAdministrators":  getChatAdministrators,
		"getChatMemberCount":     getChatMemberCount,
		"getChatMembersCount":    getChatMemberCount, // its name before Bot API 5.3, which the library still uses
		"leaveChat":              leaveChat,
	}
}

func getMe(s *Server, _ *call) (any, error) {
	return map[string]any{
		"id": s.bot.ID, "is_bot": true, "first_name": s.bot.FirstName, "username": s.bot.Username,
		"can_join_groups": true, "can_read_all_group_messages": s.options.ReadsAll, "supports_inline_queries": false,
	}, nil
}
