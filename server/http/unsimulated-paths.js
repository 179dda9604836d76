// Data, in a form that the compiler, the bundle and the package all carry along.

/**
 * The calls of RongCloud's that are not simulated, as far as an official SDK knows them, without `.json` and behind what
 * several begin with. One that answers with more than a code, or sends a message, has a question mark. It may be that
 * some are served: then that counts.
 */
export const unsimulatedPaths = `
/chatroom: ban/add ban/check? ban/query? ban/rollback create create_new destroy destroy/set
  entry/batch/set entry/query? entry/remove entry/set get? keepalive/add keepalive/query? keepalive/remove
  message/priority/add message/priority/query? message/priority/remove message/resumeDistribution
  message/stopDistribution users/exist? whitelist/add whitelist/delete whitelist/query?
/chatroom/user: ban/add ban/query? ban/remove ban/whitelist/add ban/whitelist/query?
  ban/whitelist/rollback block/add block/list? block/rollback exist? gag/add gag/list? gag/rollback query?
  whitelist/add whitelist/query? whitelist/remove
/conversation: message/history/clean notification/get? notification/set top/set type/notification/get?
  type/notification/set
/entrust/group: create dismiss import join? manager/add? manager/remove profile/query? profile/update
  query? quit remarkname/delete remarkname/query? remarkname/set transfer/owner
/entrust/group/member: follow followed/get? kick kick/all query? set specific/query? unfollow
: entrust/joined/group/query? push? push/custom? push/user tag/conversation/del tag/conversation/set
  v3/chat/generate? verify? wordfilter/add wordfilter/delete wordfilter/list?
/friend: add check? clean delete get? permission/get? permission/set profile/set
/group: ban/add ban/query? ban/rollback refresh remarks/del remarks/get? remarks/set sync
/group/user: ban/whitelist/add ban/whitelist/query? ban/whitelist/rollback gag/add gag/list? gag/rollback
/message: broadcast? broadcast/recall chatroom/broadcast? chatroom/publish? discussion/publish?
  expansion/delete expansion/query? expansion/set group/modify group/publish? history? history/delete
  private/modify private/publish? private/publish_template? recall system/publish?
  system/publish_template? ultragroup/publish?
/sensitiveword: add batch/add batch/delete delete list?
/ultragroup: banned/whitelist/add banned/whitelist/del banned/whitelist/get? create dis globalbanned/get?
  globalbanned/set hismsg/msgid/query? hismsg/query? join member/exist? message/expansion/delete
  message/expansion/query? message/expansion/set msg/get? msg/modify notdisturb/get? notdisturb/set quit
  refresh userbanned/add userbanned/del userbanned/get?
/ultragroup/channel: create del get? private/users/add private/users/del private/users/get? type/change
/user: activate block block/query? blockPushPeriod/delete blockPushPeriod/get? blockPushPeriod/set
  chat/fb/querylist? chat/fb/set conversation/tag/del conversation/tag/set deactivate? deactivate/query?
  delusers group/query? info? query? reactivate? refresh remarks/del remarks/get? remarks/set
  tag/batch/set tag/set tags/get? token/expire unblock whitelist/add whitelist/query? whitelist/remove
/user/profile: batch/query? clean query? set
/v3/agent: create delete get? query? update
/v3/bot: create delete get? integration/create integration/delete integration/update query? update
/v3/message: chatroom/query? group/query? private/query? ultragroup/query?`;
